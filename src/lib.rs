//! Policy Finder: search, match and calculate enterprise support policies from one compiled pack.
