"""The ground every room stands on: database, money, clock, errors, ids, paging, words."""
