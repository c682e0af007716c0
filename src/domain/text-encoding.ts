// protobuf-es reads texts with a TextDecoder as it comes, which takes a byte order mark off the start of each: a text that begins with
// U+FEFF would be stored as sent and read back as another. Imported for its effect, by whatever reads messages.

import { configureTextEncoding, getTextEncoding } from "@bufbuild/protobuf/wire";

const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

configureTextEncoding({ ...getTextEncoding(), decodeUtf8: (bytes, isStrict) => (isStrict === true ? strict : lenient).decode(bytes) });
