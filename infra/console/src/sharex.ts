// A custom uploader for ShareX (https://getsharex.com/docs/custom-uploader), as `constellation sharex` prints it. Nothing
// but its owner's session deletes a picture, so its page is named.
export function uploader(url: string, key: string): string {
  const said = {
    Version: '15.0.0',
    Name: url.replace(/^.*:\/\//, ''),
    DestinationType: 'ImageUploader, FileUploader',
    RequestMethod: 'POST',
    RequestURL: `${url}/api/external/upload`,
    Headers: { Authorization: `Bearer ${key}` },
    Body: 'MultipartFormData',
    FileFormName: 'image',
    URL: `${url}{json:url}`,
    ThumbnailURL: `${url}{json:thumbnailUrl}`,
    DeletionURL: `${url}/console/images/{json:id}`,
    ErrorMessage: '{json:error.message}{json:message} {json:error.violations[0].message}',
  };
  return JSON.stringify(said, null, 2);
}
