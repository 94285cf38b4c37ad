import Glibc

/// What the C library says about `code`, for messages.
func systemMessage(_ code: Int32 = errno) -> String {
  String(cString: strerror(code))
}
