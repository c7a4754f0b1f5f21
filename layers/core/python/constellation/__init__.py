"""Constellation: one store of users, images and firmware behind three REST surfaces."""
