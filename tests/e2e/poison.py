"""Markup in whatever people have written: every column of the database in which a word stands."""

import psycopg
from psycopg.sql import SQL, Identifier, Literal

MARKUP = "<img src=x onerror=window.p=1>"
_A_WORD = "[一-龥]"
# Of a document the values, not the names of its parts: those are the program's own.
_IN_A_VALUE = f'({_A_WORD})"(?!\\s*:)'
_COLUMNS = SQL(
    "select c.table_name, c.column_name, c.data_type from information_schema.columns c"
    " join information_schema.tables t using (table_schema, table_name)"
    " where table_schema = 'public' and t.table_type = 'BASE TABLE'"
    " and c.data_type in ('text', 'character varying', 'jsonb')"
    " and table_name not like 'procrastinate%%' and table_name <> all(%s) order by 1, 2"
)
# Read by the program word by word, and refused by it: the text of a scheme, the pauses of a clock.
_OURS = ["applied_schemes", "clocks"]


def poison(database_url: str) -> list[str]:
    """`table.column` of all that were filled; history too, which nothing else may change."""
    done = []
    plain = database_url.replace("+psycopg", "", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        for table, column, kind in connection.execute(_COLUMNS, [_OURS]).fetchall():
            value = SQL("{0} || {1}").format(Identifier(column), Literal(MARKUP))
            if kind == "jsonb":
                value = SQL("regexp_replace({0}::text, {1}, {2}, 'g')::jsonb").format(
                    Identifier(column), Literal(_IN_A_VALUE), Literal(rf'\1{MARKUP}"')
                )
            found = connection.execute(
                SQL("update {0} set {1} = {2} where {1}::text ~ {3}").format(
                    Identifier(table), Identifier(column), value, Literal(_A_WORD)
                )
            )
            if found.rowcount:
                done.append(f"{table}.{column}")
    return done
