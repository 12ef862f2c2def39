"""The data-quality statement of a study: what is counted, the counting as SQL, and the statement from safe counts."""
