import Environment
import Hosts
import Glibc

/// A directory that is there while the test runs.
struct TemporaryDirectory: ~Copyable {
  let path: String

  init() throws(SystemFailure) {
    path = "/tmp/stoat-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    try LocalHost().makeDirectory(path)
  }

  deinit {
    LocalHost().remove(path)
  }
}
