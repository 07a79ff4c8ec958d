using System.Text;

namespace ReelBallers.Accounts.Tests;

/// <summary>Alters what an issuer answers to one path.</summary>
internal sealed class AlteredAnswers
{
    private (string Path, Func<string, string> Change)? _alteration;

    /// <summary>How many answers were altered.</summary>
    public int Count { get; private set; }

    /// <summary>Alters the answers to this path until the scope ends.</summary>
    public IDisposable At(string path, Func<string, string> change)
    {
        (_alteration, Count) = ((path, change), 0);
        return new Scope(() => _alteration = null);
    }

    public DelegatingHandler NewHandler() => new Handler(this);

    private sealed class Handler(AlteredAnswers answers) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (answers._alteration is { } alteration && alteration.Path == request.RequestUri!.AbsolutePath)
            {
                answers.Count++;
                var text = await answer.Content.ReadAsStringAsync(cancellationToken);
                answer.Content = new StringContent(alteration.Change(text), Encoding.UTF8, "application/json");
            }
            return answer;
        }
    }

    private sealed class Scope(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
