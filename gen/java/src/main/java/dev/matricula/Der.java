package dev.matricula;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** An element of DER, as far as names need it. */
record Der(int tag, byte[] content, byte[] whole) {
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final Set<Integer> ASCII = Set.of(0x12, 0x13, 0x16);

  /** Throws IllegalArgumentException for what is none, here and below. */
  static Der of(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes);
    Der element = next(from);
    demand(!from.hasRemaining());
    return element;
  }

  private static Der next(ByteBuffer from) {
    int start = from.position();
    demand(from.remaining() >= 2);
    int tag = from.get() & 0xff;
    int length = from.get() & 0xff;
    if (length >= 0x80) {
      // One or two octets: no certificate that arrives here is longer.
      demand(length <= 0x82 && from.remaining() >= length - 0x80);
      length = length == 0x81 ? from.get() & 0xff : from.getShort() & 0xffff;
    }
    demand(from.remaining() >= length);
    byte[] content = new byte[length];
    from.get(content);
    byte[] whole = new byte[from.position() - start];
    from.get(start, whole);
    return new Der(tag, content, whole);
  }

  List<Der> inner() {
    List<Der> elements = new ArrayList<>();
    ByteBuffer from = ByteBuffer.wrap(content);
    while (from.hasRemaining()) {
      elements.add(next(from));
    }
    return elements;
  }

  String oid() {
    demand(tag == OBJECT_IDENTIFIER && content.length > 0 && content[content.length - 1] >= 0);
    List<Long> numbers = new ArrayList<>();
    long number = 0;
    for (byte octet : content) {
      demand(number < 1L << 56);
      number = number << 7 | octet & 0x7f;
      if (octet >= 0) {
        numbers.add(number);
        number = 0;
      }
    }
    long first = Math.min(numbers.get(0) / 40, 2);
    numbers.set(0, numbers.get(0) - 40 * first);
    numbers.add(0, first);
    return numbers.stream().map(String::valueOf).collect(Collectors.joining("."));
  }

  /** The text of a string of a type whose encoding is beyond doubt. */
  static Optional<String> string(byte[] der) {
    try {
      Der element = of(der);
      ByteBuffer bytes = ByteBuffer.wrap(element.content());
      Optional<Charset> charset = element.charset();
      return charset.isEmpty()
          ? Optional.empty()
          : Optional.of(charset.get().newDecoder().decode(bytes).toString());
    } catch (IllegalArgumentException | CharacterCodingException e) {
      // Whatever it is, it is compared by its octets.
      return Optional.empty();
    }
  }

  /** UTF8String; NumericString, PrintableString, IA5String; BMPString. */
  private Optional<Charset> charset() {
    return switch (tag) {
      case 0x0c -> Optional.of(StandardCharsets.UTF_8);
      case 0x1e -> Optional.of(StandardCharsets.UTF_16BE);
      default ->
          ASCII.contains(tag) ? Optional.of(StandardCharsets.US_ASCII) : Optional.empty();
    };
  }

  private static void demand(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("no DER");
    }
  }
}
