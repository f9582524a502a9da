"""What the pages of the book need besides lossref: figures, explorers, quizzes, tables.

``from lossbook import explore, fit, quiz, style, tables``. Importing the package alone
loads nothing, so that the Sphinx extension and the pages each pay only for their own part.
"""
