"""Settings: environment (AMURLIVE_…, and DATABASE_URL), then `amurlive.toml` in the working folder, then defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

__all__ = ["Settings"]


class Settings(BaseSettings):
    """What one installation may decide for itself."""

    model_config = SettingsConfigDict(env_prefix="AMURLIVE_", toml_file="amurlive.toml", extra="forbid")

    database_url: str = Field(
        "sqlite:///var/amurlive.db",
        validation_alias=AliasChoices("AMURLIVE_DATABASE_URL", "DATABASE_URL", "database_url"),
        description="SQLAlchemy address of the database: SQLite file or PostgreSQL.",
    )
    secret_key: SecretStr | None = Field(
        None, min_length=32, description="Signs cookies and webhooks; the same for all processes of an installation."
    )
    secret_file: Path = Field(
        Path("var/secret.key"), description="Holds that key where none is set; made at the first start."
    )
    organisation: str = Field("park", description="Key of the organisation commands act for.")
    memory_dir: Path | None = Field(
        None,
        description="Where the index of the translation memory lies, if not beside a SQLite file or in var/memory.",
    )
    out_dir: Path = Field(Path("out"), description="Where documents are written.")
    queue: str = Field(
        "auto",
        pattern=r"^(auto|redis://.+|rediss://.+|postgresql://.+|sqlite:///.+)$",
        description="Where background work waits: auto (beside the database), or an address.",
    )
    workers: int = Field(2, ge=0, le=64, description="Worker threads inside the service; 0: only “amurlive worker”.")
    pg_bin: Path | None = Field(None, description="Folder of pg_dump and pg_restore, if they are not on the PATH.")
    webhook_private: bool = Field(False, description="Webhooks may reach private networks and plain http.")
    backup_dir: Path = Field(Path("backups"), description="Where backups are written.")
    mt_dir: Path = Field(Path("var/mt"), description="Where packages of machine translation are installed.")
    mt_memory: int = Field(2000, ge=100, description="Memory the translation engine may take, MB; it is ended above.")
    mt_seconds: int = Field(
        120, ge=1, description="Time one batch of 64 sentences may take; the engine is ended after."
    )
    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the service listens on.")
    max_body: int = Field(4_000_000, ge=10_000, description="Largest request body taken, bytes.")
    max_upload: int = Field(200_000_000, ge=10_000, description="Largest sheet of cards taken, bytes.")
    public_url: str = Field(
        "", description="Address people use, if it is not the one listened on: https://example.org."
    )
    trusted_proxies: str = Field(
        "127.0.0.1", description="Addresses of proxies whose X-Forwarded headers are believed."
    )
    locale: Literal["zh", "ru", "en"] = Field("zh", description="Language of pages for readers who ask for none.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severity logged.")
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="auto: console on a terminal, else JSON."
    )

    def address(self, host: str | None = None, port: int | None = None) -> str:
        """Where people open the service."""
        return self.public_url or f"http://{host or self.host}:{port or self.port}"

    def queue_place(self) -> str:
        """The queue's own address: a file beside a SQLite database, the same PostgreSQL, or what `queue` names."""
        if self.queue != "auto":
            return self.queue.removeprefix("sqlite:///")
        from sqlalchemy import make_url

        url = make_url(self.database_url)
        if url.get_backend_name() == "sqlite":
            return str(Path(url.database or "amurlive.db").with_suffix(".queue.db"))
        return url.set(drivername="postgresql").render_as_string(hide_password=False)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment above file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
