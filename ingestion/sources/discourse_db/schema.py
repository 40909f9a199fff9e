"""What is read of Discourse's tables: nothing that is private, deleted, or said by no person.

As the schema notes in `app/models` of discourse/discourse describe them.
"""

from __future__ import annotations

from ingestion.sources.sql.preset import HostTable, Schema

SCHEMA = Schema(
    called="Discourse",
    mark="topics",
    tables=(
        HostTable(
            name="users",
            columns=(
                "id", "username", "name", "created_at", "active", "suspended_till", "locale",
            ),
            only="id > 0 AND NOT staged",
        ),
        HostTable(
            name="topics",
            columns=("id", "title", "category_id", "visible"),
            only="archetype <> 'private_message' AND deleted_at IS NULL",
        ),
        HostTable(
            name="posts",
            columns=(
                "id", "user_id", "topic_id", "post_number", "reply_to_post_number", "created_at",
            ),
            only="deleted_at IS NULL AND post_type = 1 AND NOT hidden AND NOT user_deleted",
        ),
        HostTable(
            name="post_actions",
            columns=("id", "post_id", "user_id", "created_at"),
            only="post_action_type_id = 2 AND deleted_at IS NULL",
        ),
        HostTable(
            name="categories", columns=("id", "name", "parent_category_id", "read_restricted")
        ),
        HostTable(name="tags", columns=("id", "name"), optional=True),
        HostTable(name="topic_tags", columns=("topic_id", "tag_id"), optional=True),
        HostTable(
            name="user_options",
            columns=("user_id", "timezone", "hide_profile", "hide_profile_and_presence"),
            newer=("timezone", "hide_profile", "hide_profile_and_presence"),
            optional=True,
        ),
        HostTable(name="anonymous_users", columns=("id", "user_id"), optional=True),
        HostTable(
            name="user_emails",
            columns=("id", "user_id"),
            only="email LIKE '%@anonymized.invalid'",
            optional=True,
        ),
        HostTable(
            name="site_settings",
            columns=("id", "value"),
            only="name = 'enable_names'",
            optional=True,
        ),
        HostTable(
            name="quoted_posts", columns=("id", "post_id", "quoted_post_id"), optional=True
        ),
        HostTable(
            name="discourse_solved_solved_topics",
            columns=("id", "answer_post_id", "accepter_user_id", "created_at"),
            newer=("answer_post_id", "accepter_user_id"),
            optional=True,
        ),
        HostTable(
            name="muted_users", columns=("id", "user_id", "muted_user_id", "created_at"),
            optional=True,
        ),
        HostTable(
            name="ignored_users", columns=("id", "user_id", "ignored_user_id", "created_at"),
            optional=True,
        ),
    ),
)  # fmt: skip
