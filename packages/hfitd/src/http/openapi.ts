import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

/** The head of the document at /openapi.json; its routes come from their schemas. */
export const openApi: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'hfitd',
      version: '0.1.0',
      description: 'Gives out masked slices of databases, as templates describe them.',
    },
    servers: [
      { url: '/v1', description: 'This version' },
      { url: '/', description: 'The paths of the first Hot Fixture Tool' },
    ],
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  },
  convertConstToEnum: false,
  exposeHeadRoutes: true,
};
