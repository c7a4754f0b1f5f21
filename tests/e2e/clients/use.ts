// Call an operation of each surface with the types that openapi-typescript makes, and print what came back as JSON.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.ts";

const [base, token, image] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl: base, headers: { Authorization: `Bearer ${token}` } });

function got<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

const space = got(await api.POST("/constellations", { body: { name: "Journey" } }));
const id: string = space.constellation_uuid;

const members = got(await api.GET("/constellations/{constellation_uuid}/users", {
  params: { path: { constellation_uuid: id } },
}));
const rights: "READ" | "COMMENT" | "WRITE" | "ADMIN" = members[0].rights;

const detail = got(await api.GET("/api/image/{image_id}/detail", { params: { path: { image_id: image } } }));
const mediaType: components["schemas"]["ImageDetail"]["mimeType"] = detail.mimeType;

const picture: Blob = got(await api.GET("/image/{id}.{ext}", {
  params: { path: { id: image, ext: "webp" }, query: { w: 16 } },
  parseAs: "blob",
})) as unknown as Blob;

const made = got(await api.POST("/image", { body: { label: "sensor", fw_version: "1.4.2" } }));
const listed = got(await api.GET("/image", { params: { query: { label: "sensor" } } }));

const refused = await api.PATCH("/api/image/{image_id}", {
  params: { path: { image_id: image } },
  body: { description: "x".repeat(256) },
});
const reasons = refused.error !== undefined && "error" in refused.error ? refused.error.error.violations : [];

// What the document forbids is refused by the compiler.
// @ts-expect-error: not a format
void ((): unknown => api.GET("/image/{id}.{ext}", { params: { path: { id: image, ext: "tiff" } } }));
// @ts-expect-error: a name is required
void ((): unknown => api.POST("/constellations", { body: {} }));

console.log(JSON.stringify({
  rights,
  mediaType,
  picture: picture.type,
  firmware: listed.map((each) => each.id).includes(made.id),
  violations: reasons.map((each) => each.property),
}));
