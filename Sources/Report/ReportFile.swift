import Judging

/// A file that a report points to.
package struct ReportFile: Hashable, Sendable {
  /// Its path.
  package var path: String
  /// What is in it, in a few words.
  package var about: String

  /// A file.
  package init(_ path: String, about: String) {
    self.path = path
    self.about = about
  }
}

extension RunIdentity {
  /// The seed as people type it: decimal while it is short, hexadecimal otherwise.
  package var seedText: String {
    seed < 1_000_000 ? String(seed) : "0x" + String(seed, radix: 16)
  }

  /// Name and version of the system.
  package var system: String {
    Readable.printable(systemVersion.isEmpty ? systemName : "\(systemName) \(systemVersion)")
  }
}
