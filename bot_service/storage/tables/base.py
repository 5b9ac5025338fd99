from typing import ClassVar

from pydantic import ConfigDict
from sqlalchemy import MetaData
from sqlmodel import SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel):
    """Parent of all row classes; every constraint has a name, so that a migration can drop it."""

    # Rows are never validated, and 36 validators take a while to build.
    model_config = ConfigDict(defer_build=True)  # type: ignore[assignment]  # SQLModel knows keys of its own
    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)
