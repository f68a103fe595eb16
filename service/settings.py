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
    out_dir: Path = Field(Path("out"), description="Where documents are written.")
    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the service listens on.")
    max_body: int = Field(4_000_000, ge=10_000, description="Largest request body taken, bytes.")
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
