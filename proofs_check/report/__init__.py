"""Reports: verdicts for people (terminal, HTML) and for machines (JSON, JUnit), made from records alone."""
