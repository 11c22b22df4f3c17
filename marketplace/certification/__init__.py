"""Recognising products (扶贫产品认定): applied for, looked at on three rungs, published, issued."""
