"""Words of the catalogue: which product carries which term."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base


class SearchTerm(Base):
    """One term of one published product."""

    __tablename__ = "search_term"

    term: Mapped[str] = mapped_column(String(24), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)
    weight: Mapped[int]
