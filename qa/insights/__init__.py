"""What people ask, if the settings keep it: kept, grouped by meaning, added up, exported."""
