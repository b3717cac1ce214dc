"""The knowledge graph of the biotechnology cluster BIO.NRW, served as linked data."""
