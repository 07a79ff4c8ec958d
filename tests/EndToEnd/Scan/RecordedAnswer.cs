namespace ReelBallers.EndToEnd.Tests;

/// <summary>An answer of the Gateway, and to what. The body of an event stream is what was read of it.</summary>
internal sealed record RecordedAnswer(string Method, string Target, string Head, string Body);
