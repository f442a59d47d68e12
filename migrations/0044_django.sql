-- Hashes that Django made are found without reading every account, as are those of 0019.
create index account_django on identity.account (id) where starts_with(password_hash, 'pbkdf2_sha256$');
