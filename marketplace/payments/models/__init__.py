"""Payments, what gateway and bank told of them, and money that leaves."""

from marketplace.payments.models.bank import BankAccount, BankLine, BankMatch, BankStatement
from marketplace.payments.models.gateway import Dispute, GatewayEvent
from marketplace.payments.models.payment import Payment
from marketplace.payments.models.payout import (
    CommissionSettlement,
    CommissionSettlementLine,
    Payout,
    PayoutBatch,
    Settlement,
    SettlementLine,
)

__all__ = [
    "BankAccount",
    "BankLine",
    "BankMatch",
    "BankStatement",
    "CommissionSettlement",
    "CommissionSettlementLine",
    "Dispute",
    "GatewayEvent",
    "Payment",
    "Payout",
    "PayoutBatch",
    "Settlement",
    "SettlementLine",
]
