"""Framework contracts (框架协议) and the requests for quotation that lead to them."""
