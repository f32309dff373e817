"""Papers: one file each, found by discovery. A file holds PAPER and CLAIMS and imports no other paper."""
