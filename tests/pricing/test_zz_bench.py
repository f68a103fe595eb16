import time, random
from datetime import datetime, timedelta, UTC
from sqlalchemy import text, insert, event
from service.catalog.listing import skus_by_code
from service.pricing.models import PaidPrice
from service.pricing.paid import *
from service.pricing import paid as mod
from service.people.reach import organisation_of
from service.inserting import insert_rows
def test_bench(stocked):
    kind = stocked.engine.dialect.name
    rnd = random.Random(1)
    base = datetime(2026,11,24,tzinfo=UTC)
    with stocked.writing() as s:
        skus = list(skus_by_code(s).values())
        org = organisation_of(s)
        for c in range(20):
            rows=[{"organisation_id":org,"sku_id":rnd.choice(skus).id,"market":rnd.choice(("CN","RU")),"currency":"CNY","paid":rnd.randint(100,9000),"quantity":1,
                "paid_at":base-timedelta(seconds=rnd.randint(0,365*86400)),"source":"old","reference":f"{c}-{i}"} for i in range(50000)]
            insert_rows(s.connection(), PaidPrice.__table__, rows)
    with stocked.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        c.exec_driver_sql("VACUUM ANALYZE" if kind=="postgresql" else "ANALYZE")
    with stocked.reading() as s:
        ids=[x.id for x in skus]
        for n in (1,20,len(ids)):
            paid_before(s, ids[:n], market="CN", before=base)
            ts=[]
            for _ in range(7):
                t=time.perf_counter(); paid_before(s, ids[:n], market="CN", before=base); ts.append(time.perf_counter()-t)
            print(kind, "paid_before", n, f"{sorted(ts)[3]*1000:.1f} ms")
        stm=[]
        def note(_c,_cu,statement,params,*r):
            if "paid_price" in statement: stm.append((statement,params))
        event.listen(stocked.engine,"before_cursor_execute",note)
        paid_before(s, ids[:20], market="CN", before=base)
        event.remove(stocked.engine,"before_cursor_execute",note)
        for st,pa in stm:
            for r in s.connection().exec_driver_sql(("EXPLAIN ANALYZE " if kind=="postgresql" else "EXPLAIN QUERY PLAN ")+st, pa): print("  ", tuple(r)[-1][:200])
        t=time.perf_counter(); paid_page(s,after=None,limit=200); print(kind,"page",f"{(time.perf_counter()-t)*1000:.1f} ms")
        t=time.perf_counter(); paid_page(s,sku=skus[0].code,market="CN",after=None,limit=200); print(kind,"page of sku",f"{(time.perf_counter()-t)*1000:.1f} ms")
        t=time.perf_counter(); paid_page(s,sku="RU-ALENKA-90",market="CN",after=None,limit=200); print(kind,"page of sku",f"{(time.perf_counter()-t)*1000:.1f} ms")
    deals=[Deal(skus[i%80].code,"CN",1000+i,1,base-timedelta(minutes=i),"new",f"n{i}") for i in range(1000)]
    for _ in range(2):
        with stocked.writing() as s:
            t=time.perf_counter(); n=record_paid(s,deals); print(kind,"record 1000",n,f"{(time.perf_counter()-t)*1000:.0f} ms")
    body="sku,market,paid,quantity,paid_at,source,reference\n"+"".join(f"{skus[i%80].code},CN,{10+i%90}.80,1,2026-11-2{i%3} 20:{i%60:02},file,f{i}\n" for i in range(100000))
    for _ in range(2):
        t=time.perf_counter()
        with stocked.writing() as s: n=import_paid(s,name="a.csv",content=body.encode())
        print(kind,"csv 100k",n,f"{time.perf_counter()-t:.1f} s")
