"""Settings: every one is an environment variable with the prefix SAFEGRID_."""

from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECOND_FACTOR_ROLES = (
    "township_officer",
    "county_officer",
    "safety_supervisor",
    "handler",
    "leader",
    "administrator",
    "security_administrator",
    "audit_administrator",
)
DEV_SECRET = "development-only"  # noqa: S105 - refused by every production start


class Settings(BaseSettings):
    """What a deployment decides. `safegrid settings` prints them without secrets."""

    model_config = SettingsConfigDict(env_prefix="SAFEGRID_", env_file=".env", extra="ignore")

    mode: Literal["production", "demo", "test"] = Field(
        "production", description="demo: loopback only, embedded database, one-click entry"
    )
    database_url: str = Field(
        "",
        description="postgresql+psycopg://…; empty in demo mode: the embedded server in var/;"
        " two of which one follows the other: docs/operations.md",
    )
    storage: str = Field("dir:var/objects", description="dir:<folder> or s3:<bucket>")
    audit_head: str = Field(
        "",
        description="second place for the heads of history: dir:<folder> on another machine's"
        " disk, or s3:<bucket> with versioning and object lock; empty: beside the photos",
    )
    s3_endpoint: str = Field("", description="address of the S3 server; empty: the provider's own")
    s3_region: str = "us-east-1"
    s3_access_key: SecretStr = SecretStr("")
    s3_secret_key: SecretStr = SecretStr("")
    s3_path_style: bool = True
    base_url: str = Field("http://127.0.0.1:8000", description="origin under which people come")
    secret: SecretStr = Field(
        SecretStr(DEV_SECRET),
        description="≥ 32 characters; keys receipts, encrypts second factors",
    )
    county_name: str = "台儿庄区"
    case_prefix: str = Field("TEZ", description="first part of case numbers")
    var_dir: Path = Path("var")
    pwa_dir: Path = Field(Path("pwa/dist"), description="the built front end")
    trusted_proxies: list[str] = Field(default_factory=list, description="whose X-Forwarded-For")
    worker_in_process: bool = Field(False, description="run the jobs inside the API process")
    pool_size: int = Field(10, ge=1, le=100, description="database connections per process")
    prepare_statements: bool = Field(True, description="False behind a transaction pooler")
    session_idle_hours: int = Field(24 * 14, ge=1, description="on phones, which sync rarely")
    session_max_hours: int = Field(24 * 90, ge=1, description="on phones; then sign in again")
    desk_idle_minutes: int = Field(120, ge=5, description="of whoever works at a desk")
    desk_max_hours: int = Field(12, ge=1, description="at a desk: one working day")
    second_factor_roles: list[str] = Field(
        list(SECOND_FACTOR_ROLES), description="who signs in with a code too; demo mode: nobody"
    )
    password_rules: Literal["nist", "mlps"] = Field(
        "nist", description="nist: length and lists; mlps: also three kinds of characters, rotation"
    )
    password_days: int = Field(90, ge=1, description="only under mlps: then a new one is needed")
    first_password_hours: int = Field(72, ge=1, description="a first password unused runs out")
    enrolment_minutes: int = Field(60, ge=5, description="how long a phone's one-time code lasts")
    enrolment_sheet_hours: int = Field(
        12, ge=1, le=72, description="how long codes printed for a meeting last: its day"
    )
    sign_in_max_failures: int = Field(5, description="per account, before a temporary lock")
    sign_in_lock_minutes: int = 15
    requests_per_minute_address: int = Field(
        6000, ge=0, description="per process; a whole office may come from one address; 0 = any"
    )
    requests_per_minute_person: int = Field(1200, ge=0, description="per process; 0 = any")
    phone_keeps_hours: int = Field(
        0,
        ge=0,
        description="so long phones keep what no backup has yet; 0: do not wait for backups",
    )
    stop_delay_seconds: float = Field(
        0, ge=0, le=60, description="serves on so long, not ready, after it is told to stop"
    )
    uploads_at_once: int = Field(
        32, ge=1, description="photos a process takes in at a time; the others are told when"
    )
    writes_at_once: int = Field(
        16, ge=1, description="the same for reports and steps; others wait in line for some seconds"
    )
    looks_at_once: int = Field(
        8, ge=1, description="the same for phones that ask what is new; both within twice the pool"
    )
    photo_max_bytes: int = 12 * 1024 * 1024
    photo_max_pixels: int = 50_000_000
    library_file_max_bytes: int = Field(
        20 * 1024 * 1024, ge=1024, description="of one file of the library"
    )
    library_remind_days: int = Field(
        14, ge=0, le=366, description="before a document of the library is due again: its keeper"
    )
    photos_per_person_day: int = Field(500, ge=1, description="more wait until tomorrow")
    second_look_percent: float = Field(
        5, ge=0, le=100, description="of on-site fixes that a second person looks at, by lot"
    )
    second_look_days: int = Field(
        30, ge=0, le=365, description="a place with a hazard so lately is always looked at again"
    )
    tile_url: str = Field(
        "",
        description="map tiles in WGS-84 or CGCS2000, e.g. Tianditu with its key; empty: outline",
    )
    tile_attribution: str = ""
    help_phone: str = ""

    @model_validator(mode="after")
    def _nobody_needs_a_code_in_the_demo(self) -> Self:
        """Unless the setting is given: then the demo shows how it is."""
        if self.mode == "demo" and "second_factor_roles" not in self.model_fields_set:
            self.second_factor_roles = []
        return self


@lru_cache(1)
def get_settings() -> Settings:
    return Settings()
