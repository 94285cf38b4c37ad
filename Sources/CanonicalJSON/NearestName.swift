/// Finds the name that a person probably meant.
public enum NearestName {
  /// The candidate with the fewest edits from `name`, the first of equals; nil if none is near.
  ///
  /// Near is at most one edit for every three characters of `name`, and at least one.
  public static func find(_ name: String, among candidates: [String]) -> String? {
    let typed = Array(name.lowercased().unicodeScalars.prefix(64))
    var best: (candidate: String, edits: Int)?
    for candidate in candidates {
      let edits = distance(typed, Array(candidate.lowercased().unicodeScalars.prefix(64)))
      if edits <= max(1, typed.count / 3), edits < best?.edits ?? .max { best = (candidate, edits) }
    }
    return best?.candidate
  }

  /// ` (did you mean "x"?)`, or nothing if no candidate is near.
  public static func suggestion(for name: String, among candidates: [String]) -> String {
    find(name, among: candidates).map { " (did you mean \"\($0)\"?)" } ?? ""
  }

  /// Insertions, deletions, replacements and swaps of neighbours between two short texts
  /// (optimal string alignment).
  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var older: [Int] = []
    var above = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var edits = min(above[j] + (a[i] == b[j] ? 0 : 1), above[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { edits = min(edits, older[j - 1] + 1) }
        row.append(edits)
      }
      older = above
      above = row
    }
    return above[b.count]
  }
}
