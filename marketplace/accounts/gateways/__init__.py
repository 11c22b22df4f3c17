"""Other houses that sign people in for us, behind one Protocol."""

from marketplace.accounts.gateways.shapes import Begun, Outsider, OutsideRefused, SignInHouse

__all__ = ["Begun", "OutsideRefused", "Outsider", "SignInHouse"]
