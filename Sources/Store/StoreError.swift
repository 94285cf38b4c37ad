import Glibc
package import Operations

/// Why something of a run could not be stored or read back.
package enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A system call failed: what was tried, on which file, and its `errno`.
  case system(action: String, path: String, code: Int32)
  /// The file at `path` is not a history, or not a good one.
  case history(path: String, HistoryError)
  /// A line of a journal that is not the last one is not whole; lines count from 1.
  case journal(path: String, line: Int, problem: String)
  /// The disk did not take what was recorded for too long; later events were dropped.
  case stalled(path: String, after: Duration)

  /// The error for people, with advice where there is some.
  package var description: String {
    switch self {
    case .system(let action, let path, let code):
      "cannot \(action) \(path): \(String(cString: strerror(code)))\(Self.advice(code))"
    case .history(let path, let error): "\(path): \(error)"
    case .journal(let path, let line, let problem): "\(path): line \(line): \(problem)"
    case .stalled(let path, let after):
      "\(path): the disk took nothing for \(after); events after that were dropped"
    }
  }

  private static func advice(_ code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "; make room, or choose another directory for runs"
    case EACCES, EPERM, EROFS: "; choose a directory that you may write to"
    case ESPIPE: "; a history is read more than once, so store it in a file first"
    case EMFILE, ENFILE: "; raise the limit of open files (ulimit -n)"
    default: ""
    }
  }
}
