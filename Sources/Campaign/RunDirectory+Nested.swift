import Store

extension RunDirectory {
  /// The directory of a run that belongs to another one, such as its control; it is created.
  static func nested(in directory: RunDirectory, name: String) throws(StoreError) -> RunDirectory {
    let path = "\(directory.path)/\(name)"
    try makeDirectories(path)
    return RunDirectory(existing: path)
  }
}
