"""Taobao's data packet: a table with tabs between its columns, as the platform's own desktop tool wrote it and other tools still read it.

UTF-16 with its mark; first a version, then the columns' English and Chinese names, then one line for each listing. Pictures lie beside the
file in a folder of its name, each as <name>.tbi. The columns are those of the tool's last version; nobody has tried the file with today's
programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from typing import Any, BinaryIO

from service.listings.channels import Channel
from service.listings.forms.chinese import skus, terms, told
from service.listings.forms.form import Account, Item, Offered
from service.listings.listing import Listing, Picture

__all__ = ["COLUMNS", "Taobao", "picture_files"]

COLUMNS: Mapping[str, str] = {
    "title": "宝贝名称", "cid": "宝贝类目", "seller_cids": "店铺类目", "stuff_status": "新旧程度", "location_state": "省",
    "location_city": "城市", "item_type": "出售方式", "price": "宝贝价格", "auction_increment": "加价幅度", "num": "宝贝数量",
    "valid_thru": "有效期", "freight_payer": "运费承担", "post_fee": "平邮", "ems_fee": "EMS", "express_fee": "快递",
    "has_invoice": "发票", "has_warranty": "保修", "approve_status": "放入仓库", "has_showcase": "橱窗推荐", "list_time": "开始时间",
    "description": "宝贝描述", "cateProps": "宝贝属性", "postage_id": "邮费模版ID", "has_discount": "会员打折", "modified": "修改时间",
    "upload_fail_msg": "上传状态", "picture_status": "图片状态", "auction_point": "返点比例", "picture": "新图片", "video": "视频",
    "skuProps": "销售属性组合", "inputPids": "用户输入ID串", "inputValues": "用户输入名-值对", "outer_id": "商家编码",
    "propAlias": "销售属性别名", "auto_fill": "代充类型", "num_id": "数字ID", "local_cid": "本地ID", "navigation_type": "宝贝分类",
    "user_name": "用户名称", "syncStatus": "宝贝状态", "is_lighting_consigment": "闪电发货", "is_xinpin": "新品",
    "foodparame": "食品专项", "features": "尺码库", "buyareatype": "采购地", "global_stock_type": "库存类型",
    "global_stock_country": "国家地区", "sub_stock_type": "库存计数", "item_size": "物流体积", "item_weight": "物流重量",
    "sell_promise": "退换货承诺", "custom_design_flag": "定制工具", "wireless_desc": "无线详情", "barcode": "商品条形码",
    "sku_barcode": "sku 条形码", "newprepay": "7天退货", "subtitle": "宝贝卖点", "cpv_memo": "属性值备注",
    "input_custom_cpv": "自定义属性值", "qualification": "商品资质", "add_qualification": "增加商品资质", "o2o_bind_service": "关联线下服务",
}  # fmt: skip
"""The columns by their English names, spelled as the tool spells them."""

_BARE = frozenset({
    "cid", "stuff_status", "item_type", "price", "num", "valid_thru", "freight_payer", "approve_status", "postage_id", "item_weight", "sub_stock_type",
})  # fmt: skip
"""Columns of numbers, which stand without quotation marks."""
_NEW, _FIXED_PRICE, _IN_STORE, _BUYER_PAYS = "1", "1", "1", "2"
_END = "\r\n"
_NO_BREAKS = str.maketrans({"\t": " ", "\r": "", "\n": "<br/>", "\x00": ""})
_ONE_LINE = str.maketrans({"\t": " ", "\r": " ", "\n": " ", "\x00": ""})


class Taobao:
    """`extras`: category, state and city (goods are sent from), freight (the template), days (offered for).

    Everything waits in the shop's store until somebody puts it on sale. What is not told stays empty: the tool asks for it.
    """

    suffix = "csv"

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """A listing as the columns that say something."""
        rules, extras, sku = terms(self.channel, day), told(listing, account), skus(listing)[0]
        item: dict[str, Any] = {
            "title": listing.title.translate(_ONE_LINE), "stuff_status": _NEW, "item_type": _FIXED_PRICE, "num": str(max(sku.stock, 0)),
            "approve_status": _IN_STORE, "description": _description(listing), "outer_id": listing.code,
        }  # fmt: skip
        if sku.price and rules.takes(sku.price):
            item["price"] = rules.price(sku.price)
        if sku.barcode:
            item["barcode"] = sku.barcode
        if sku.weight:
            item["item_weight"] = str(rules.weight(sku.weight))
        if listing.pictures:
            item["picture"] = "".join(f"{name}:1:{at}:|;" for at, name in enumerate(picture_files(listing)))
        for column, name in (("cid", "category"), ("location_state", "state"), ("location_city", "city"), ("valid_thru", "days")):  # fmt: skip
            if name in extras:
                item[column] = extras[name].translate(_ONE_LINE)
        if "freight" in extras:
            item["postage_id"], item["freight_payer"] = extras["freight"].translate(_ONE_LINE), _BUYER_PAYS
        return item

    def write(self, items: Iterable[Offered], to: BinaryIO, day: date, account: Account) -> None:
        """The packet; its pictures are laid beside it by whoever saves it (see `picture_files`)."""
        to.write(b"\xff\xfe")
        for line in ("version 1.00", "\t".join(COLUMNS), "\t".join(COLUMNS.values())):
            to.write((line + _END).encode("utf-16-le"))
        for one in items:
            cells = [_cell(column, one.item.get(column, "")) for column in COLUMNS]
            to.write(("\t".join(cells) + _END).encode("utf-16-le", "replace"))


def picture_files(listing: Listing) -> dict[str, Picture]:
    """The pictures of a listing by the name each bears in the packet: its file is <name>.tbi in a folder of the packet's own name."""
    return {one.digest or f"{listing.code}-{at}": one for at, one in enumerate(listing.pictures)}


def _cell(column: str, text: str) -> str:
    if column in _BARE and text.replace(".", "", 1).isdecimal():
        return text
    return '"' + text.replace('"', '""') + '"' if text else ""


def _description(listing: Listing) -> str:
    """The text as HTML, then the detail pictures that have an address."""
    pictures = "".join(f'<img src="{escape(one.url)}"/>' for one in listing.detail_pictures if one.url)
    return escape(listing.description, quote=False).translate(_NO_BREAKS) + pictures
