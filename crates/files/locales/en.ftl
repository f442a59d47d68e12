error-file-type-refused = Files of this kind are not accepted. Send a PDF, picture, office document, zip archive, video, audio or plain text.
error-file-type-mismatch = This file’s name or declared type says something else than its content. Give it the ending of what it is.
error-empty-file = This file is empty.
error-unknown-file = One of these files is not yours or is already in use. Choose it again.
error-too-many-files = Send at most five files at once.
error-file-storage-unavailable = Files cannot be stored or fetched for a moment. Nothing was changed; try again shortly.
