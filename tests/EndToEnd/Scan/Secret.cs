namespace ReelBallers.EndToEnd.Tests;

/// <summary>A text that may stand in no log, and in no answer but the one that gives it out.</summary>
/// <param name="Name">What it is, for the report: the value itself is not printed.</param>
/// <param name="Value">The text.</param>
internal sealed record Secret(string Name, string Value);
