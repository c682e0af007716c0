package dev.matricula;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.matricula.v1.WatchedClient;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The copy on disk, to start from while the registry is away. It holds metadata and digests, never
 * a secret, and is for its owner alone.
 */
final class CopyFile {
  private static final String FORMAT = "matricula client cache, Java 1";
  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  /**
   * What a file holds.
   *
   * @param resumeToken where to go on
   * @param clients all clients as of then, or later
   */
  record Content(String resumeToken, Collection<CachedClient> clients) {}

  private final Path file;
  private final String realm;

  CopyFile(Path file, String realm) {
    this.file = file.toAbsolutePath();
    this.realm = realm;
  }

  /** Takes the place of the file when all of it is on disk. */
  void write(Content content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    boolean isPosix = Files.getFileStore(file.getParent()).supportsFileAttributeView("posix");
    if (isPosix) {
      Files.createFile(temporary, PosixFilePermissions.asFileAttribute(OWNERS));
    } else {
      Files.createFile(temporary);
    }
    MessageDigest digest = sha256();
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(
                new DigestOutputStream(Files.newOutputStream(temporary), digest)))) {
      out.writeUTF(FORMAT);
      out.writeUTF(realm);
      out.writeUTF(content.resumeToken());
      out.writeInt(content.clients().size());
      for (CachedClient each : content.clients()) {
        WatchedClient.newBuilder()
            .setClient(each.client())
            .addAllSecretDigests(each.secretDigests())
            .setClientLifetime((int) each.lifetime())
            .build()
            .writeDelimitedTo(out);
      }
    }
    try (FileChannel end = FileChannel.open(temporary, StandardOpenOption.APPEND)) {
      end.write(ByteBuffer.wrap(digest.digest()));
      end.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * What the file holds; empty when there is none, when it is another realm's, and when it is not
   * whole.
   *
   * @throws IOException if it cannot be read, and if others may read it
   */
  Optional<Content> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (Files.getFileStore(file).supportsFileAttributeView("posix")
        && !OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
      throw new IOException(
          file + " holds digests of secrets and may be read by others: chmod 600 it, or remove it");
    }
    MessageDigest digest = sha256();
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
      DataInputStream in = new DataInputStream(new DigestInputStream(bytes, digest));
      if (!in.readUTF().equals(FORMAT) || !in.readUTF().equals(realm)) {
        return Optional.empty();
      }
      String resumeToken = in.readUTF();
      int size = in.readInt();
      List<CachedClient> clients = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        WatchedClient watched = WatchedClient.parseDelimitedFrom(in);
        if (watched == null) {
          return Optional.empty();
        }
        clients.add(
            new CachedClient(
                watched.getClient(),
                watched.getSecretDigestsList(),
                Integer.toUnsignedLong(watched.getClientLifetime())));
      }
      boolean isWhole = MessageDigest.isEqual(digest.digest(), bytes.readAllBytes());
      return isWhole ? Optional.of(new Content(resumeToken, clients)) : Optional.empty();
    } catch (EOFException | UTFDataFormatException | InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
