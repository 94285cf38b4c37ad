import Environment
import Hosts
import Glibc
import Testing

@Suite struct FileTests {
  private let host = LocalHost()

  @Test func directoriesAndFiles() throws {
    let directory = try TemporaryDirectory()
    let deep = "\(directory.path)/a/b/c"
    try host.makeDirectory(deep)
    try host.makeDirectory(deep)
    try host.write("one", to: "\(deep)/file")
    try host.write("two", to: "\(deep)/file", mode: 0o400)
    try host.write("three", to: "\(deep)/file", mode: 0o400)
    #expect(host.readText("\(deep)/file") == "three")
    #expect(host.readText("\(deep)/file", limit: 2) == "th")
    var information = stat()
    #expect(stat("\(deep)/file", &information) == 0)
    #expect(information.st_mode & 0o777 == 0o400)
    #expect(host.directoryEntries(deep) == ["file"])
    symlink("/usr", "\(deep)/link")
    #expect(host.resolvedPath("\(deep)/link") == "/usr")
    host.remove("\(directory.path)/a")
    #expect(host.directoryEntries(directory.path) == [])
    #expect(host.isDirectory("/usr"))
  }

  @Test func fileInPlaceOfADirectoryIsNamed() throws {
    let directory = try TemporaryDirectory()
    try host.write("", to: "\(directory.path)/file")
    let failure = #expect(throws: SystemFailure.self) {
      try host.makeDirectory("\(directory.path)/file")
    }
    #expect(failure?.description.contains("/file is a file and not a directory") == true)
    #expect(throws: SystemFailure.self) { try host.makeDirectory("\(directory.path)/file/x") }
    #expect(throws: SystemFailure.self) { try host.write("", to: "\(directory.path)/no/file") }
  }

  @Test func lastLines() async throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/log"
    try host.write((0..<5000).map { "line \($0)\n" }.joined(), to: path)
    #expect(try await host.lastLines(of: path, count: 2) == ["line 4998", "line 4999"])
    #expect(try await host.lastLines(of: "\(directory.path)/none") == [])
  }

  @Test func executables() throws {
    let directory = try TemporaryDirectory()
    try host.write("", to: "\(directory.path)/data")
    #expect(host.isExecutable("/bin/sh"))
    #expect(!host.isExecutable("\(directory.path)/data"))
    #expect(!host.isExecutable(directory.path))
    #expect(!host.isExecutable("/nowhere"))
    #expect(host.searchPath.allSatisfy { !$0.isEmpty })
  }
}
