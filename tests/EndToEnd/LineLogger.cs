using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Keeps what is logged as text, each line under the name of its resource, or of the AppHost.</summary>
internal sealed class LineLogger(ConcurrentQueue<string> lines) : ILoggerProvider
{
    // Aspire logs what a resource writes under a category of its own.
    private const string ResourceCategory = "AppHost.Resources.";

    public ILogger CreateLogger(string categoryName) => new Named(
        categoryName.StartsWith(ResourceCategory, StringComparison.Ordinal) ? categoryName[ResourceCategory.Length..] : "apphost", lines);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Named(string name, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{name} | {formatter(state, exception)} {exception}");
    }
}
