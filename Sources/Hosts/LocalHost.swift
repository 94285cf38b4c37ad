package import Environment
import Glibc

/// The machine that this program runs on: its processes, files, sockets and figures.
///
/// Beside what every `Host` does it serves the controller itself: it claims addresses, finds
/// programs, and says how busy the machine is. The methods are in extensions by purpose. None of
/// them needs root; what belongs to other users is left out of the answers.
package struct LocalHost: Host {
  /// The name of this machine among hosts.
  package static let localName = "local"

  /// Always `localName`.
  package var name: String { Self.localName }

  /// The local machine.
  package init() {}

  /// The directories of this program's PATH, in order.
  package var searchPath: [String] {
    guard let value = getenv("PATH") else { return [] }
    return String(cString: value).split(separator: ":").map { String($0) }
  }

  /// Kernel, processors and boot id.
  package func facts() throws(SystemFailure) -> HostFacts {
    var names = utsname()
    guard uname(&names) == 0, let bootID else {
      throw SystemFailure(
        .failed, "this machine does not say what it is: check that /proc is mounted")
    }
    let words = [text(of: names.sysname), text(of: names.release), text(of: names.machine)]
    return HostFacts(
      kernel: words.joined(separator: " "),
      processors: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), bootID: bootID)
  }

  /// The text in an array of C characters.
  private func text<Characters>(of characters: Characters) -> String {
    withUnsafeBytes(of: characters) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
