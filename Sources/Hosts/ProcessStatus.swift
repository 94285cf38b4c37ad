/// What /proc/<pid>/stat says about a process.
struct ProcessStatus: Hashable {
  /// The program's name, at most 15 characters of it.
  var name: String
  /// `R`, `S`, `D`, `T`, `Z` and so on.
  var state: Character
  /// The process that started it, or that adopted it.
  var parent: Int32
  /// How many of its threads are left.
  var threads: Int
  /// Field 22: clock ticks between boot and the process's start.
  var startTicks: UInt64

  /// Whether it has ended and only waits for its parent to notice. While other threads of a killed
  /// process are still on their way out, its sockets are open.
  var isOver: Bool { state == "X" || state == "Z" && threads <= 1 }

  /// Reads the line; nil if it is not one. The name is in parentheses and may contain any of them.
  init?(line: String) {
    guard let open = line.firstIndex(of: "("), let end = line.lastIndex(of: ")"), open < end else {
      return nil
    }
    let fields = line[line.index(after: end)...].split(whereSeparator: \.isWhitespace)
    guard fields.count >= 20, let state = fields[0].first, let parent = Int32(fields[1]),
      let threads = Int(fields[17]), let ticks = UInt64(fields[19])
    else { return nil }
    name = String(line[line.index(after: open)..<end])
    self.state = state
    self.parent = parent
    self.threads = threads
    startTicks = ticks
  }
}
