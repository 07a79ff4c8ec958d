using System.Text;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Keeps every answer of a client for the scan.</summary>
internal sealed class AnswerRecorder(Evidence evidence) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        var body = "";
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            body = await answer.Content.ReadAsStringAsync(cancellationToken);
        }
        var head = new StringBuilder($"{(int)answer.StatusCode} {answer.ReasonPhrase}\n");
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            foreach (var value in values)
            {
                head.Append(name).Append(": ").Append(value).Append('\n');
            }
        }
        evidence.Answers.Enqueue(new RecordedAnswer(request.Method.Method, request.RequestUri!.PathAndQuery, head.ToString(), body));
        return answer;
    }
}
