"""What all HTTP endpoints share, one small file for each manner: language, problems, paging, versions, headers, observing."""
