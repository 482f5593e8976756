"""From spreadsheets, CSV files and REDCap exports, by a plan that says which column is what."""
