"""The reconciliation service (Reconciliation Service API 0.2 and 1.0-draft): names in tables to things of the data.

`routes` is what the site adds; `matching` finds and weighs candidates, whatever version of the API asks.
"""
