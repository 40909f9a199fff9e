CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY, username VARCHAR(60) NOT NULL, created_at TIMESTAMP NOT NULL,
    name VARCHAR, active BOOLEAN DEFAULT FALSE NOT NULL, trust_level INTEGER NOT NULL,
    suspended_till TIMESTAMP, locale VARCHAR(10), staged BOOLEAN DEFAULT FALSE NOT NULL
);
CREATE TABLE topics (
    id INTEGER NOT NULL PRIMARY KEY, title VARCHAR NOT NULL, created_at TIMESTAMP NOT NULL,
    user_id INTEGER, deleted_at TIMESTAMP, archetype VARCHAR DEFAULT 'regular' NOT NULL,
    category_id INTEGER, visible BOOLEAN DEFAULT TRUE NOT NULL
);
CREATE TABLE posts (
    id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER, topic_id INTEGER NOT NULL,
    post_number INTEGER NOT NULL, raw TEXT NOT NULL, created_at TIMESTAMP NOT NULL,
    reply_to_post_number INTEGER, deleted_at TIMESTAMP, post_type INTEGER DEFAULT 1 NOT NULL,
    hidden BOOLEAN DEFAULT FALSE NOT NULL, user_deleted BOOLEAN DEFAULT FALSE NOT NULL,
    reply_to_user_id INTEGER
);
CREATE TABLE post_actions (
    id INTEGER NOT NULL PRIMARY KEY, post_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
    post_action_type_id INTEGER NOT NULL, deleted_at TIMESTAMP, created_at TIMESTAMP NOT NULL
);
CREATE TABLE categories (
    id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL, parent_category_id INTEGER,
    read_restricted BOOLEAN DEFAULT FALSE NOT NULL
);
CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR NOT NULL);
CREATE TABLE topic_tags (
    id INTEGER NOT NULL PRIMARY KEY, topic_id INTEGER NOT NULL, tag_id INTEGER NOT NULL
);
CREATE TABLE user_options (
    user_id INTEGER NOT NULL PRIMARY KEY, timezone VARCHAR,
    hide_profile BOOLEAN DEFAULT FALSE NOT NULL
);
CREATE TABLE anonymous_users (
    id BIGINT NOT NULL PRIMARY KEY, user_id INTEGER NOT NULL, master_user_id INTEGER NOT NULL,
    active BOOLEAN NOT NULL
);
CREATE TABLE user_emails (
    id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER NOT NULL, email VARCHAR(513) NOT NULL
);
CREATE TABLE site_settings (
    id INTEGER NOT NULL PRIMARY KEY, name VARCHAR NOT NULL, data_type INTEGER NOT NULL, value TEXT
);
CREATE TABLE quoted_posts (
    id INTEGER NOT NULL PRIMARY KEY, post_id INTEGER NOT NULL, quoted_post_id INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE TABLE discourse_solved_solved_topics (
    id BIGINT NOT NULL PRIMARY KEY, topic_id INTEGER NOT NULL, answer_post_id INTEGER NOT NULL,
    accepter_user_id INTEGER NOT NULL, created_at TIMESTAMP NOT NULL
);
CREATE TABLE muted_users (
    id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER NOT NULL, muted_user_id INTEGER NOT NULL,
    created_at TIMESTAMP
);
CREATE TABLE ignored_users (
    id BIGINT NOT NULL PRIMARY KEY, user_id INTEGER NOT NULL, ignored_user_id INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL, expiring_at TIMESTAMP NOT NULL
);
INSERT INTO users
    (id, username, created_at, name, active, trust_level, suspended_till, locale, staged)
VALUES
    (-1, 'system', '2024-01-01 00:00:00', 'system', TRUE, 4, NULL, NULL, FALSE),
    (-2, 'discobot', '2024-01-01 00:00:00', 'discobot', TRUE, 4, NULL, NULL, FALSE),
    (1, 'ada', '2024-01-02 03:04:05.678901', 'Ada Łukasiewicz 🦉', TRUE, 2, NULL, 'de', FALSE),
    (2, 'bea', '2024-01-03 00:00:00', '', TRUE, 1, NULL, 'pt_BR', FALSE),
    (3, 'cyd', '2024-01-04 00:00:00', 'cyd@example.org', TRUE, 1, '3024-01-01 00:00:00', NULL, FALSE),
    (4, 'dan', '2024-01-05 00:00:00', NULL, FALSE, 1, NULL, NULL, FALSE),
    (5, 'mailed_in', '2024-01-05 00:00:00', 'Only wrote a mail', FALSE, 0, NULL, NULL, TRUE),
    (6, 'anonymous1', '2024-01-05 00:00:00', NULL, TRUE, 1, NULL, NULL, FALSE),
    (7, 'anon84212', '2024-01-05 00:00:00', NULL, TRUE, 1, NULL, NULL, FALSE),
    (8, 'eve', '2024-01-05 00:00:00', '''); DROP TABLE users; --', TRUE, 1, '2024-01-06 00:00:00', NULL, FALSE);
INSERT INTO user_options (user_id, timezone, hide_profile) VALUES
    (1, 'Europe/Berlin', FALSE), (2, NULL, TRUE);
INSERT INTO anonymous_users (id, user_id, master_user_id, active) VALUES (1, 6, 1, TRUE);
INSERT INTO user_emails (id, user_id, email) VALUES
    (1, 1, 'ada@example.org'), (7, 7, 'anon84212@anonymized.invalid');
INSERT INTO categories (id, name, parent_category_id, read_restricted) VALUES
    (3, 'Statistics', NULL, FALSE), (4, 'p-values', 3, FALSE), (5, 'Staff', NULL, TRUE);
INSERT INTO tags (id, name) VALUES (1, 'beginners'), (2, 'layoffs');
INSERT INTO topics
    (id, title, created_at, user_id, deleted_at, archetype, category_id, visible)
VALUES
    (10, 'What is a p-value?', '2024-06-01 00:00:00', 1, NULL, 'regular', 4, TRUE),
    (11, 'Who has to go', '2024-06-01 00:00:00', 1, NULL, 'regular', 5, TRUE),
    (12, 'Just us two', '2024-06-01 00:00:00', 1, NULL, 'private_message', NULL, TRUE),
    (13, 'Deleted', '2024-06-01 00:00:00', 1, '2024-06-02 00:00:00', 'regular', 4, TRUE),
    (14, 'Unlisted', '2024-06-01 00:00:00', 1, NULL, 'regular', 3, FALSE);
INSERT INTO topic_tags (id, topic_id, tag_id) VALUES (1, 10, 1), (2, 11, 2);
INSERT INTO posts
    (id, user_id, topic_id, post_number, raw, created_at, reply_to_post_number, deleted_at, post_type, hidden, user_deleted)
VALUES
    (100, 1, 10, 1, 'x', '2024-06-01 00:00:00', NULL, NULL, 1, FALSE, FALSE),
    (101, 2, 10, 2, 'x', '2024-06-01 01:00:00.25', 1, NULL, 1, FALSE, FALSE),
    (102, 1, 10, 3, 'to the topic', '2024-06-01 02:00:00', NULL, NULL, 1, FALSE, FALSE),
    (103, 1, 10, 4, 'to herself', '2024-06-01 03:00:00', 3, NULL, 1, FALSE, FALSE),
    (104, 8, 10, 5, 'deleted', '2024-06-01 04:00:00', 2, '2024-06-02 00:00:00', 1, FALSE, FALSE),
    (105, 8, 10, 6, 'to a deleted post', '2024-06-01 05:00:00', 5, NULL, 1, FALSE, FALSE),
    (106, 8, 10, 7, 'flagged', '2024-06-01 06:00:00', 2, NULL, 1, TRUE, FALSE),
    (107, 8, 10, 8, 'whisper', '2024-06-01 07:00:00', 2, NULL, 4, FALSE, FALSE),
    (108, -1, 10, 9, 'This topic was closed', '2024-06-01 08:00:00', NULL, NULL, 3, FALSE, FALSE),
    (109, -2, 10, 10, 'Hi! I am a bot', '2024-06-01 08:00:00', 2, NULL, 1, FALSE, FALSE),
    (110, 6, 10, 11, 'nameless', '2024-06-01 09:00:00', 2, NULL, 1, FALSE, FALSE),
    (111, 7, 10, 12, 'gone', '2024-06-01 09:00:00', 2, NULL, 1, FALSE, FALSE),
    (112, 5, 10, 13, 'by mail', '2024-06-01 09:00:00', 2, NULL, 1, FALSE, FALSE),
    (113, 8, 10, 14, 'withdrawn', '2024-06-01 09:00:00', 2, NULL, 1, FALSE, TRUE),
    (114, NULL, 10, 15, 'by a user who was deleted', '2024-06-01 09:00:00', 2, NULL, 1, FALSE, FALSE),
    (120, 1, 11, 1, 'x', '2024-06-02 00:00:00', NULL, NULL, 1, FALSE, FALSE),
    (121, 3, 11, 2, 'x', '2024-06-02 01:00:00', 1, NULL, 1, FALSE, FALSE),
    (130, 1, 12, 1, 'x', '2024-06-02 00:00:00', NULL, NULL, 1, FALSE, FALSE),
    (131, 8, 12, 2, 'x', '2024-06-02 01:00:00', 1, NULL, 1, FALSE, FALSE),
    (140, 8, 13, 1, 'x', '2024-06-02 00:00:00', NULL, NULL, 1, FALSE, FALSE),
    (150, 1, 14, 1, 'x', '2024-06-02 00:00:00', NULL, NULL, 1, FALSE, FALSE),
    (151, 2, 14, 2, 'x', '2024-06-02 02:00:00', 1, NULL, 1, FALSE, FALSE);
INSERT INTO post_actions
    (id, post_id, user_id, post_action_type_id, deleted_at, created_at)
VALUES
    (1, 101, 1, 2, NULL, '2024-06-03 00:00:00'),
    (2, 101, 8, 2, '2024-06-04 00:00:00', '2024-06-03 00:00:00'),
    (3, 101, 8, 8, NULL, '2024-06-03 00:00:00'),
    (4, 121, 1, 2, NULL, '2024-06-03 01:00:00'),
    (5, 131, 1, 2, NULL, '2024-06-03 01:00:00'),
    (6, 100, -1, 2, NULL, '2024-06-03 01:00:00');
INSERT INTO quoted_posts (id, post_id, quoted_post_id, created_at) VALUES
    (1, 101, 100, '2024-06-01 01:00:00'),
    (2, 105, 101, '2024-06-01 05:00:00');
INSERT INTO discourse_solved_solved_topics
    (id, topic_id, answer_post_id, accepter_user_id, created_at)
VALUES
    (1, 10, 101, 1, '2024-06-04 00:00:00');
INSERT INTO muted_users (id, user_id, muted_user_id, created_at) VALUES
    (1, 2, 8, '2024-06-01 00:00:00'), (2, 2, 7, '2024-06-01 00:00:00');
INSERT INTO ignored_users (id, user_id, ignored_user_id, created_at, expiring_at) VALUES
    (1, 1, 3, '2024-06-01 00:00:00', '2028-10-01 00:00:00');
