using System.Net.Sockets;

namespace ReelBallers.TestKit;

/// <summary>Sends requests over connections of their own, byte by byte as they are written.</summary>
public sealed class RawClient(Uri url)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan GoingAway = TimeSpan.FromSeconds(5);

    public string Host => url.Authority;

    /// <summary>The answer to one request; null when the connection ended without one.</summary>
    /// <exception cref="TimeoutException">There was no answer, and the connection stayed open.</exception>
    public async Task<RawAnswer?> SendAsync(RawRequest request) => (await SendAsync([request], 1)).FirstOrDefault();

    /// <summary>The only answer to one request, after which the server closes the connection.</summary>
    public async Task<RawAnswer> LastAnswerAsync(RawRequest request) => (await SendAsync([request])).Single();

    /// <summary>All answers on one connection, to requests that are sent one directly after the other.</summary>
    public async Task<List<RawAnswer>> SendAsync(IReadOnlyList<RawRequest> requests, int mostAnswers = int.MaxValue)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var patience = new CancellationTokenSource(requests.All(request => request.DemandsAnswer) ? Patience : GoingAway);
        using var read = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        await socket.ConnectAsync(url.Host, url.Port, patience.Token);
        await using var stream = new NetworkStream(socket);
        var writing = WriteAsync(socket, stream, requests, read.Token);
        var answers = new List<RawAnswer>();
        try
        {
            var reader = new RawReader(stream);
            while (answers.Count < mostAnswers
                && await reader.ReadAsync(requests[Math.Min(answers.Count, requests.Count - 1)].Method, patience.Token) is { } answer)
            {
                answers.Add(answer);
                if (answer.IsEventStream)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (requests.All(request => request.DemandsAnswer))
        {
            throw new TimeoutException($"No answer within {Patience}.");
        }
        catch (OperationCanceledException)
        {
            // The client is the one that went away.
        }
        finally
        {
            await read.CancelAsync();
            await writing;
        }
        return answers;
    }

    private async Task WriteAsync(Socket socket, NetworkStream stream, IReadOnlyList<RawRequest> requests,
        CancellationToken cancellationToken)
    {
        try
        {
            foreach (var request in requests)
            {
                await WriteAsync(socket, stream, request, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException
            or ObjectDisposedException)
        {
            // The server has answered before it read everything; the answer is what counts.
        }
    }

    private async Task WriteAsync(Socket socket, NetworkStream stream, RawRequest request, CancellationToken cancellationToken)
    {
        var (head, body) = (request.HeadBytes(Host), request.BodyBytes());
        if (request.Sending == Sending.Trickled)
        {
            await stream.WriteAsync(head, cancellationToken);
            foreach (var one in body)
            {
                await stream.WriteAsync(new[] { one }, cancellationToken);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
            return;
        }
        byte[] all = [.. head, .. body];
        await stream.WriteAsync(all.AsMemory(0, all.Length - Math.Min(request.Withheld, all.Length)), cancellationToken);
        switch (request.Sending)
        {
            case Sending.HalfClosed:
                socket.Shutdown(SocketShutdown.Send);
                break;
            case Sending.Aborted:
                socket.Close(timeout: 0);
                break;
            case Sending.Whole or Sending.Short or Sending.Trickled:
                break;
            default:
                throw new InvalidOperationException(request.Sending.ToString());
        }
    }
}
