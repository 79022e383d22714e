"""tapes"""
