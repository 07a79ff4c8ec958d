using Microsoft.Net.Http.Headers;

namespace ReelBallers.Storage;

/// <summary>Headers that the storage is asked for with a download.</summary>
internal static class DownloadHeaders
{
    /// <summary>A <c>Content-Disposition</c> that saves the file under this name (RFC 6266).</summary>
    public static string Disposition(string filename)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(filename);
        return disposition.ToString();
    }
}
