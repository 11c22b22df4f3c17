"""Tables of contracts and of the inquiries that lead to them."""

from marketplace.contracts.models.contract import (
    ContractEntry,
    ContractLine,
    ContractStep,
    FrameworkContract,
)
from marketplace.contracts.models.inquiry import (
    Inquiry,
    InquiryLine,
    InquiryProducer,
    InquiryStep,
    Quotation,
    QuotationLine,
)

__all__ = [
    "ContractEntry",
    "ContractLine",
    "ContractStep",
    "FrameworkContract",
    "Inquiry",
    "InquiryLine",
    "InquiryProducer",
    "InquiryStep",
    "Quotation",
    "QuotationLine",
]
