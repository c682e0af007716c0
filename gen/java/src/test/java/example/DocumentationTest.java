package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code that the documentation shows is part of files that are compiled and run here. */
class DocumentationTest {
  private static final Pattern SHOWN = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern COMPILED =
      Pattern.compile("// docs: (?!end)[^\n]*\n(.*?)\n *// docs: end", Pattern.DOTALL);

  @Test
  void showsWhatIsCompiled() throws IOException {
    List<String> compiled = new ArrayList<>();
    for (String name : List.of("FirstRegistration", "Recipes")) {
      compiled.addAll(blocks(COMPILED, Path.of("src/test/java/example", name + ".java")));
    }
    List<String> shown = new ArrayList<>(blocks(SHOWN, Path.of("README.md")));
    assertEquals(1, shown.size());
    // The page is in the repository, not in the package.
    Path page = Path.of("../../docs/stubs/java.md");
    if (Files.exists(page)) {
      List<String> onPage = blocks(SHOWN, page);
      assertEquals(compiled.size(), onPage.size());
      shown.addAll(onPage);
    }
    for (String block : shown) {
      assertTrue(compiled.contains(block), block);
    }
  }

  private static List<String> blocks(Pattern pattern, Path file) throws IOException {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(Files.readString(file));
    while (matcher.find()) {
      found.add(matcher.group(1).stripIndent().strip());
    }
    return found;
  }
}
