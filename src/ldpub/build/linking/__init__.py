"""Links to another data set: candidates from a reconciliation service with evidence, and checks of links."""
