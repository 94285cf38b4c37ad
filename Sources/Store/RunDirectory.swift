import Glibc

/// The directory of one run and the names of what is in it.
package struct RunDirectory: Hashable, Sendable {
  /// The path of the directory.
  package let path: String

  /// The directory of a run that exists already.
  package init(existing path: String) {
    self.path = path
  }

  /// Creates `<base>/<yyyy-mm-dd-hhmmss>-<name>-<seed in hex>`, in local time, and the base with
  /// it.
  ///
  /// A second run of the same name and seed in one second gets `-2` behind its name, and so on.
  /// Characters of `name` that are not letters, digits, `.`, `_` or `-` become `-`.
  package static func create(
    under base: String, name: String, seed: UInt64, unixSeconds: Int
  ) throws(StoreError) -> RunDirectory {
    try makeDirectories(base)
    let stem = "\(base)/\(stamp(unixSeconds))-\(plain(name))-\(String(seed, radix: 16))"
    for attempt in 1...100 {
      let path = attempt == 1 ? stem : "\(stem)-\(attempt)"
      if mkdir(path, 0o755) == 0 {
        try SmallFile.synchronizeDirectory(of: path)
        return RunDirectory(existing: path)
      }
      guard errno == EEXIST else { throw .system(action: "create", path: path, code: errno) }
    }
    throw .system(action: "create", path: stem, code: EEXIST)
  }

  /// The plan of the run.
  package var plan: String { path + "/plan.json" }
  /// Versions, machine and configuration digests.
  package var environment: String { path + "/environment.json" }
  /// The recorded history.
  package var history: String { path + "/history.stoat" }
  /// The faults: what, when, with which evidence.
  package var faults: String { path + "/faults.jsonl" }
  /// How to undo what is still in force.
  package var undo: String { path + "/undo.jsonl" }
  /// The verdicts and counts.
  package var results: String { path + "/results.json" }
  /// The report for people, as a page for browsers.
  package var page: String { path + "/report.html" }
  /// The report for people, as plain text.
  package var report: String { path + "/report.md" }
  /// The verdicts for systems that show tests.
  package var junit: String { path + "/junit.xml" }

  /// The directory `nodes/<node>` for what belongs to one node; it is created if need be.
  package func node(_ name: String) throws(StoreError) -> String {
    let directory = "\(path)/nodes/\(Self.plain(name))"
    try Self.makeDirectories(directory)
    return directory
  }

  /// Writes a small file of the run whole or not at all.
  package func write(_ bytes: [UInt8], to file: String) throws(StoreError) {
    try SmallFile.replace(file, with: bytes)
  }

  /// Creates a directory and those above it that are missing.
  package static func makeDirectories(_ path: String) throws(StoreError) {
    var end = path.startIndex
    while end < path.endIndex {
      let next = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
      let part = String(path[..<next])
      if mkdir(part, 0o755) != 0, errno != EEXIST {
        throw .system(action: "create", path: part, code: errno)
      }
      end = next
    }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw .system(action: "create", path: path, code: ENOTDIR)
    }
  }

  private static func stamp(_ unixSeconds: Int) -> String {
    var time = time_t(unixSeconds)
    var parts = tm()
    localtime_r(&time, &parts)
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))-"
      + two(parts.tm_hour) + two(parts.tm_min) + two(parts.tm_sec)
  }

  private static func plain(_ name: String) -> String {
    let safe = name.unicodeScalars.prefix(64).map { scalar in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9") ~= scalar)
      return isPlain || [".", "_", "-"].contains(scalar) ? Character(scalar) : "-"
    }
    let text = String(safe)
    return text.isEmpty || text.allSatisfy { $0 == "." } ? "run" : text
  }
}
