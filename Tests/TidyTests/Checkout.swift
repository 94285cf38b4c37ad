import Foundation

/// The files of this package as they lie on disk: the Swift code and every other text.
enum Checkout {
  /// Every text file of the checkout, in the order of the paths.
  static let texts: [SourceText] = read(below: root)

  /// The text at `path`, relative to the root of the package.
  static func text(_ path: String) -> String? {
    texts.first { $0.path == path }?.text
  }

  /// The root of the package, found from where this file was compiled.
  static let root: URL = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func read(below root: URL) -> [SourceText] {
    var texts: [SourceText] = []
    var folders = [""]
    while let folder = folders.popLast() {
      let entries = try? FileManager.default.contentsOfDirectory(
        at: root.appending(path: folder), includingPropertiesForKeys: [.isDirectoryKey])
      for entry in entries ?? [] {
        let path = folder + entry.lastPathComponent
        if isSkipped(path) { continue }
        let values = try? entry.resourceValues(forKeys: [.isDirectoryKey])
        if values?.isDirectory == true {
          folders.append(path + "/")
        } else if let text = try? String(contentsOf: entry, encoding: .utf8) {
          texts.append(SourceText(path, text))
        }
      }
    }
    return texts.sorted { $0.path < $1.path }
  }

  /// What git ignores, and git itself.
  private static func isSkipped(_ path: String) -> Bool {
    path.hasPrefix(".build") || path.hasSuffix(".o")
      || [".git", ".swiftpm", ".vscode", "runs", "Package.resolved"].contains(path)
  }
}
